// A broker's stand-in on a free loopback port: answers each read with the next scripted answer, or plays a relay.
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Tests;

internal sealed class ScriptedPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedPeer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>Takes one connection; returns what the client sent, read by read.</summary>
    public async Task<List<string>> AnswerAsync(params string[] answers)
    {
        using Socket socket = await _listener.AcceptSocketAsync();
        var requests = new List<string>();
        var buffer = new byte[4096];
        foreach (string answer in answers)
        {
            requests.Add(Convert.ToHexString(buffer.AsSpan(0, await socket.ReceiveAsync(buffer))));
            if (answer.Length > 0)
            {
                await socket.SendAsync(Convert.FromHexString(answer));
            }
        }

        requests.Add(Convert.ToHexString(buffer.AsSpan(0, await socket.ReceiveAsync(buffer))));
        return requests;
    }

    /// <summary>Plays a broker for one subscriber and one publisher: copies the bytes, which may be spoilt.</summary>
    public async Task RelayAsync(string connack, string suback, Action<byte[], long>? spoil = null)
    {
        var buffer = new byte[64 * 1024];
        using Socket subscriber = await _listener.AcceptSocketAsync();
        _ = await subscriber.ReceiveAsync(buffer);
        await subscriber.SendAsync(Convert.FromHexString(connack));
        _ = await subscriber.ReceiveAsync(buffer);
        await subscriber.SendAsync(Convert.FromHexString(suback));
        using Socket publisher = await _listener.AcceptSocketAsync();
        _ = await publisher.ReceiveAsync(buffer);
        await publisher.SendAsync(Convert.FromHexString(connack));
        long relayed = 0;
        try
        {
            int count = await publisher.ReceiveAsync(buffer);
            while (count > 0)
            {
                spoil?.Invoke(buffer, relayed);
                await subscriber.SendAsync(buffer.AsMemory(0, count));
                relayed += count;
                count = await publisher.ReceiveAsync(buffer);
            }
        }
        catch (SocketException)
        {
            // The benchmark is done and went away.
        }
    }

    public void Dispose() => _listener.Dispose();
}
