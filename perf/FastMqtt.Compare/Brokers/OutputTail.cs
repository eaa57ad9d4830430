// Reads what a process prints, so that it never blocks on a full pipe, and keeps its last line.
// Called by BrokerProcess.
using System.Diagnostics;

namespace FastMqtt.Compare.Brokers;

internal sealed class OutputTail
{
    private const int CharactersMax = 200;

    private volatile string _last = string.Empty;

    public void Attach(Process process)
    {
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The last line behind the given words, or nothing when there was none.</summary>
    public string LastLine(string before) => _last.Length > 0 ? before + _last : string.Empty;

    private void Keep(object sender, DataReceivedEventArgs received)
    {
        if (!string.IsNullOrWhiteSpace(received.Data))
        {
            string line = received.Data.Trim();
            _last = line.Length > CharactersMax ? line[..CharactersMax] : line;
        }
    }
}
