// Reads a report in tests: a value that is missing shows the whole report.
using System.Globalization;
using FastMqtt.Bench.Report;
using Xunit;

namespace FastMqtt.Bench.Tests;

internal static class ReportValues
{
    public static double Number(this LoadReport report, string name)
    {
        Assert.True(report.TryGet(name, out object value), $"{name}: {report.ToJson()}");
        return Convert.ToDouble(value, CultureInfo.InvariantCulture);
    }

    public static string Text(this LoadReport report, string name)
    {
        Assert.True(report.TryGet(name, out object value), $"{name}: {report.ToJson()}");
        return Assert.IsType<string>(value);
    }
}
