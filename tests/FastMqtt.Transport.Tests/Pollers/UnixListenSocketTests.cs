// Unix domain sockets: who may connect, which files are in the way, and what is left behind.

using System.Net.Sockets;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class UnixListenSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unix").FullName;

    private string SocketPath => Path.Combine(_folder, "s");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_client_is_accepted_and_has_no_address()
    {
        int handle = UnixListenSocket.Bind(SocketPath, 1);
        using Socket client = Connect();
        using EpollPoller poller = new();
        Assert.Equal(IoStatus.Done, poller.Accept(handle, out int accepted, out PeerAddress peer));
        Assert.True(peer.IsLocalSocket);
        Assert.Equal("unix", peer.ToString());
        poller.Close(accepted);
        ListenSocket.Close(handle);
        UnixListenSocket.Remove(SocketPath);
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public void Owner_and_group_may_connect_and_nobody_else()
    {
        int handle = UnixListenSocket.Bind(SocketPath, 1);
#pragma warning disable CA1416 // Unix sockets are for Linux, like all of this.
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        UnixFileMode mode = File.GetUnixFileMode(SocketPath);
#pragma warning restore CA1416
        Assert.Equal(UnixFileMode.None, mode & Others);
        Assert.NotEqual(UnixFileMode.None, mode & UnixFileMode.GroupWrite);
        ListenSocket.Close(handle);
    }

    [Fact]
    public void A_socket_that_was_left_there_is_replaced()
    {
        ListenSocket.Close(UnixListenSocket.Bind(SocketPath, 1));
        Assert.True(File.Exists(SocketPath));
        int handle = UnixListenSocket.Bind(SocketPath, 1);
        using Socket client = Connect();
        ListenSocket.Close(handle);
    }

    [Fact]
    public void A_socket_that_somebody_serves_is_left_alone()
    {
        int handle = UnixListenSocket.Bind(SocketPath, 1);
        Assert.Equal(SocketError.AddressAlreadyInUse, Failure(SocketPath));
        using Socket client = Connect();
        ListenSocket.Close(handle);
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        File.WriteAllText(SocketPath, "precious");
        Assert.Equal(SocketError.AddressAlreadyInUse, Failure(SocketPath));
        UnixListenSocket.Remove(SocketPath);
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    [Fact]
    public void The_longest_path_is_taken_and_no_longer_one()
    {
        string longest = _folder + "/" + new string('x', UnixListenSocket.PathBytesMax - _folder.Length - 1);
        ListenSocket.Close(UnixListenSocket.Bind(longest, 1));
        Assert.True(File.Exists(longest));
        Assert.Equal(SocketError.InvalidArgument, Failure(longest + "x"));
        Assert.Equal(SocketError.InvalidArgument, Failure(string.Empty));
    }

    private static SocketError Failure(string path) =>
        Assert.Throws<SocketException>(() => UnixListenSocket.Bind(path, 1)).SocketErrorCode;

    private Socket Connect()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return client;
    }
}
