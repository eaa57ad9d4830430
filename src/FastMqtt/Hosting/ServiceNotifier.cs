// Tells the service manager how the broker is: the protocol of sd_notify(3), a datagram to the socket NOTIFY_SOCKET
// names. Without one nothing happens. A manager that does not listen never holds the broker up, nor fails it.
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FastMqtt.Hosting;

internal sealed class ServiceNotifier : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;

    /// <param name="path">A path, or the name of an abstract socket behind an @; null: there is no manager.</param>
    public ServiceNotifier(string? path)
    {
        if (path is not (['/', ..] or ['@', _, ..]))
        {
            return; // other kinds of address are for virtual machines
        }

        _manager = new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    }

    /// <summary>Serving, or serving again after <see cref="Reloading"/>.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>The time says to which of several reloads the next Ready is the answer.</summary>
    public void Reloading()
    {
        long microseconds = (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds; // CLOCK_MONOTONIC
        Send(string.Create(
            CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={microseconds}\nSTATUS=Reloading"));
    }

    public void Stopping() => Send("STOPPING=1\nSTATUS=Closing connections");

    /// <summary>A sign of life.</summary>
    public void Alive() => Send("WATCHDOG=1");

    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(message), _manager!);
        }
        catch (SocketException)
        {
            // It does not listen, or is behind: it notices by itself what it missed.
        }
    }
}
