// Where lines go: a file, a terminal, syslog, topics. Used by its sink's thread alone, which it may hold up for as long
// as it likes: nobody else waits for that thread.
namespace FastMqtt.Logging;

internal interface ILogDestination : IDisposable
{
    /// <summary>Takes over one line, without its end.</summary>
    public void Append(LogTypes type, ReadOnlySpan<char> line);

    /// <summary>What was appended is written.</summary>
    /// <exception cref="IOException">It is lost.</exception>
    public void Flush();

    /// <summary>Opens anew what has a name, which may mean another file by now.</summary>
    public void Reopen();
}
