// Lines to the system's log: a datagram each, as RFC 3164 and syslog(3) have it, to the socket of the machine's own
// daemon. Connected anew when the daemon was restarted; while there is none, lines are lost and counted.
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FastMqtt.Logging;

internal sealed class SyslogDestination : ILogDestination
{
    public const string SystemPath = "/dev/log";

    private const int DaemonFacility = 3;
    private const int FirstLocalFacility = 16;

    private readonly UnixDomainSocketEndPoint _endPoint;
    private readonly TimeProvider _time;
    private readonly int _facility;
    private Socket? _socket;
    private bool _hasLost;

    /// <param name="facility">0 to 7: local0 to local7; null: daemon.</param>
    /// <param name="path">The daemon's socket.</param>
    /// <param name="time">The clock of the time stamps.</param>
    public SyslogDestination(int? facility, string path, TimeProvider time)
    {
        _facility = facility is { } local ? FirstLocalFacility + local : DaemonFacility;
        _endPoint = new UnixDomainSocketEndPoint(path);
        _time = time;
    }

    public void Append(LogTypes type, ReadOnlySpan<char> line)
    {
        int priority = (_facility * 8) + Severity(type);
        DateTimeOffset now = _time.GetLocalNow();
        byte[] datagram = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"<{priority}>{now:MMM} {now.Day,2} {now:HH:mm:ss} fastmqtt[{Environment.ProcessId}]: {line}"));
        if (!TrySend(datagram) && !TrySend(datagram)) // the second time over a new socket
        {
            _hasLost = true;
        }
    }

    public void Flush()
    {
        if (_hasLost)
        {
            _hasLost = false;
            throw new IOException("Nobody takes what is sent to syslog.");
        }
    }

    public void Reopen() => Close();

    public void Dispose() => Close();

    private static int Severity(LogTypes type) => type switch
    {
        LogTypes.Error => 3,
        LogTypes.Warning => 4,
        LogTypes.Information => 6,
        LogTypes.Debug or LogTypes.WebSockets => 7,
        _ => 5,
    };

    private bool TrySend(byte[] datagram)
    {
        try
        {
            if (_socket is null)
            {
                _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
                _socket.Connect(_endPoint);
            }

            _socket.Send(datagram);
            return true;
        }
        catch (SocketException)
        {
            Close();
            return false;
        }
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
