"""Makes a recording through `import kubeskew`, and reads it as Arrow and pandas.

Usage: module CAPTURES RECORDING
"""
import sys
import tempfile

import kubeskew
import pandas
import pyarrow

folder, path = sys.argv[1:]
logs = [f"cp-{number}={folder}/audit-cp-{number}.log.gz" for number in (1, 2, 3)]
with kubeskew.analyze(logs, recording=path) as recording:
    assert len(recording.requests()) == 26435

recording = kubeskew.open(path)
table = recording.requests("status = ?", (404,)).to_arrow()
assert table.num_rows > 1000
assert table.schema.field("at_ns").type == pyarrow.timestamp("ns", tz="UTC"), table.schema
assert table.schema.field("status").type == pyarrow.int64(), table.schema
frame = recording.findings().to_pandas()
assert set(frame["kind"]) >= {"wrong-gc", "wrong-404"}
assert frame[frame["kind"] == "wrong-gc"]["requests"].sum() == 10
requests = recording.requests().to_pandas()
assert str(requests["at_ns"].dtype).startswith("datetime64"), requests.dtypes
assert requests.groupby("server").size().to_dict() == {"cp-1": 8575, "cp-2": 8809, "cp-3": 9051}
assert recording.requests("status = 999").to_arrow().num_rows == 0
with tempfile.TemporaryDirectory() as target:
    recording.to_parquet(target)
    assert len(pandas.read_parquet(f"{target}/requests.parquet")) == 26435
print("ok: import kubeskew gives Arrow, pandas and Parquet")
