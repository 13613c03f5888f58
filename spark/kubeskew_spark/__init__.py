"""kubeskew over a fleet of clusters.

One task is one cluster: it fetches the cluster's logs from where they lie, runs the unchanged
binary over them, and puts the recording and its rows of the result tables back. Rows of logs never
become rows of the engine, which schedules, retries and nothing else: handing it every row costs
several times what the whole analysis does.

    manifest   a path template to clusters, their logs and days
    storage    files in object stores and file systems
    tool       the binary
    tables     the result tables
    tasks      one cluster from its logs to its rows; knows no engine
    job        the steps of all clusters, and how they go
    engines    who runs them: Spark, Ray, or the processors of this machine
    fleet      all clusters in one table, the worst first
"""

__version__ = "0.1.0"
