// One option of the table in OptionRows: how it is written, and what comes of it.
using FastMqtt.Configuration;

namespace FastMqtt.Tests.Configuration;

/// <param name="Option">Name of the option.</param>
/// <param name="Value">A value other than the default.</param>
/// <param name="Expected">What the value becomes.</param>
/// <param name="Read">Where it is found.</param>
/// <param name="Before">Lines that it needs before it.</param>
internal sealed record MappingRow(
    string Option, string Value, object? Expected, Func<MappedSettings, object?> Read, string Before = "");
