// Names no other test of this run uses: tests share one broker and run in parallel.

namespace FastMqtt.Conformance.Tests.Harness;

internal static class Unique
{
    private static readonly string Run = Random.Shared.Next(0x1000, 0xFFFF).ToString("x4", null);
    private static int _last;

    // Letters and digits, at most 23 bytes: the identifiers every server must allow.
    public static string Name(string prefix = "c") => $"{prefix}{Run}{Interlocked.Increment(ref _last):x6}";
}
