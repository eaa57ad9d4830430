// Forgetting what was noted after the power failed.
namespace FastMqtt.Crash.Ledgers;

internal static class Moments
{
    public static Moment? Until(this Moment? moment, long journal) => moment?.Journal <= journal ? moment : null;
}
