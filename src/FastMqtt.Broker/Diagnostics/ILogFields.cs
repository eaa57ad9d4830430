// A line of the log that formats itself into the logger's characters, as a sentence and fact by fact, without an
// allocation. Implemented by structs; a logger must test for it and then cast, or the struct is boxed.

namespace FastMqtt.Broker.Diagnostics;

/// <summary>A line of the log that formats itself: as a sentence, and its facts one by one.</summary>
public interface ILogFields : ISpanFormattable
{
    /// <summary>Writes one fact; nothing is written when it is not known.</summary>
    /// <param name="field">Which.</param>
    /// <param name="destination">Room for it.</param>
    /// <param name="charsWritten">Characters written.</param>
    /// <returns>False: it does not fit.</returns>
    public bool TryFormat(LogField field, Span<char> destination, out int charsWritten);
}
