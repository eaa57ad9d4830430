// Unix domain sockets: who may connect, which files are in the way, and what is left behind.

using System.Net.Sockets;

namespace FastMqtt.Transport.Tests.Pollers;

public abstract class UnixListenTests : IDisposable
{
    private readonly ISockets _sockets;
    private readonly string _folder = Directory.CreateTempSubdirectory("unix").FullName;

    private protected UnixListenTests(ISockets sockets) => _sockets = sockets;

    private string SocketPath => Path.Combine(_folder, "s");

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_client_is_accepted_and_has_no_address()
    {
        int handle = _sockets.Listen(SocketPath, 1);
        using Socket client = Connect();
        using IPoller poller = _sockets.NewPoller();
        Assert.Equal(IoStatus.Done, poller.Accept(handle, out int accepted, out PeerAddress peer));
        Assert.True(peer.IsLocalSocket);
        Assert.Equal("unix", peer.ToString());
        poller.Close(accepted);
        _sockets.Close(handle);
        SocketFile.Remove(SocketPath);
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public void Owner_and_group_may_connect_and_nobody_else()
    {
        int handle = _sockets.Listen(SocketPath, 1);
#pragma warning disable CA1416 // Unix sockets are for Linux, like all of this.
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        UnixFileMode mode = File.GetUnixFileMode(SocketPath);
#pragma warning restore CA1416
        Assert.Equal(UnixFileMode.None, mode & Others);
        Assert.NotEqual(UnixFileMode.None, mode & UnixFileMode.GroupWrite);
        _sockets.Close(handle);
    }

    [Fact]
    public void A_socket_that_was_left_there_is_replaced()
    {
        LeaveSocket(SocketPath);
        Assert.True(File.Exists(SocketPath));
        int handle = _sockets.Listen(SocketPath, 1);
        using Socket client = Connect();
        _sockets.Close(handle);
    }

    [Fact]
    public void A_socket_that_somebody_serves_is_left_alone()
    {
        int handle = _sockets.Listen(SocketPath, 1);
        Assert.Equal(SocketError.AddressAlreadyInUse, Failure(SocketPath));
        using Socket client = Connect();
        _sockets.Close(handle);
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        File.WriteAllText(SocketPath, "precious");
        Assert.Equal(SocketError.AddressAlreadyInUse, Failure(SocketPath));
        SocketFile.Remove(SocketPath);
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    [Fact]
    public void The_longest_path_is_taken_and_no_longer_one()
    {
        string longest = _folder + "/" + new string('x', SocketFile.PathBytesMax - _folder.Length - 1);
        int handle = _sockets.Listen(longest, 1);
        Assert.True(File.Exists(longest));
        _sockets.Close(handle);
        SocketFile.Remove(longest);
        Assert.Equal(SocketError.InvalidArgument, Failure(longest + "x"));
        Assert.Equal(SocketError.InvalidArgument, Failure(string.Empty));
    }

    [Fact]
    public void What_cannot_be_opened_as_a_file_is_a_socket_where_the_runtime_tells_no_more()
    {
        string missing = Path.Combine(_folder, "missing");
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "precious");
        LeaveSocket(SocketPath);
        Assert.True(SocketFile.CannotBeOpened(SocketPath));
        Assert.False(SocketFile.CannotBeOpened(file));
        Assert.False(SocketFile.CannotBeOpened(missing));
        Assert.False(SocketFile.CannotBeOpened(Path.Combine(missing, "s")));
    }

    protected virtual void Dispose(bool disposing) => Directory.Delete(_folder, recursive: true);

    // As after the end of a process that had no time to clean up.
    private static void LeaveSocket(string path) => ListenSocket.Close(UnixListenSocket.Bind(path, 1));

    private SocketError Failure(string path) =>
        Assert.Throws<SocketException>(() => _sockets.Listen(path, 1)).SocketErrorCode;

    private Socket Connect()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return client;
    }
}
