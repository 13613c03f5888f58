"""Speaks to `kubeskew mcp` as a client does, through the `mcp` package.

Usage: client BINARY RECORDING
"""
import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def call(session, tool, **arguments):
    result = await session.call_tool(tool, arguments)
    assert not result.isError, (tool, result.content)
    answer = json.loads(result.content[0].text)
    assert answer == result.structuredContent
    return answer


async def main():
    server = StdioServerParameters(command=sys.argv[1], args=["mcp", sys.argv[2], "-q"])
    async with stdio_client(server) as (reading, writing):
        async with ClientSession(reading, writing) as session:
            hello = await session.initialize()
            assert hello.serverInfo.name == "kubeskew", hello
            tools = (await session.list_tools()).tools
            assert len(tools) == 7, [tool.name for tool in tools]
            assert all(tool.annotations.readOnlyHint for tool in tools)
            verdict = await call(session, "verdict")
            assert "were deleted because" in verdict["verdict"], verdict
            assert verdict["findings"]["wrong-gc"] == 3, verdict
            listed = await call(session, "findings", kind="wrong-gc", limit=2)
            assert listed["total"] == 3 and listed["left_off"] == 1, listed
            first = listed["findings"][0]
            told = await call(session, "explain", id=first["finding_id"])
            request = told["finding"]["requests"][0]
            assert request["audit_id"] and request["line"] > 0, request
            story = await call(session, "explain", id=str(request["request_id"]))
            assert story["requests"][0]["ladder"], story
            servers = await call(session, "servers")
            assert {row["server"] for row in servers["rows"]} == {"cp-1", "cp-2", "cp-3"}, servers
            course = await call(session, "timeline", limit=200)
            assert {"server", "exposure", "wrong-gc"} <= {row["what"] for row in course["rows"]}
            assert [row["at"] for row in course["rows"]] == sorted(
                row["at"] for row in course["rows"])
            known = await call(session, "queries")
            assert any(query["name"] == "gc/victims" for query in known["queries"])
            rows = await call(session, "query", name="clients/top", parameters={"limit": 3})
            assert len(rows["rows"]) == 3 and not rows["more"], rows
            for name, arguments in (
                    ("query", {"name": "no/such"}), ("findings", {"kind": "x"}),
                    ("explain", {}), ("nothing", {})):
                result = await session.call_tool(name, arguments)
                assert result.isError and result.content[0].text, (name, result)
    print("ok: seven tools of kubeskew mcp answer a client")


asyncio.run(main())
