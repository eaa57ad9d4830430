// The error numbers of Linux that mean something to this layer; every other one is a failure like the next.

using System.Net.Sockets;

namespace FastMqtt.Transport.Linux;

internal static class ErrorNumber
{
    public const int NotPermitted = 1;
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int OutOfMemory = 12;
    public const int AccessDenied = 13;
    public const int InvalidArgument = 22;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int AddressFamilyNotSupported = 97;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;
    public const int NetworkUnreachable = 101;
    public const int ConnectionReset = 104;
    public const int OutOfBuffers = 105;
    public const int TimedOut = 110;
    public const int ConnectionRefused = 111;
    public const int HostUnreachable = 113;
    public const int InProgress = 115;

    // What accept reports about the connection it could not give; accept(2) asks to treat them as "try again". Each
    // takes a connection off the queue, so trying again ends. EOPNOTSUPP is not here: it is the listener's fault.
    private const int ConnectionAborted = 103;
    private const int ProtocolError = 71;
    private const int ProtocolOptionMissing = 92;
    private const int NetworkDown = 100;
    private const int HostDown = 112;
    private const int NotOnNetwork = 64;

    public static bool IsOfLostConnection(int error) => error is ConnectionAborted or ProtocolError
        or ProtocolOptionMissing or NetworkDown or NetworkUnreachable or HostDown or HostUnreachable or NotOnNetwork;

    public static bool IsExhaustion(int error) =>
        error is TooManyFiles or TooManyFilesInSystem or OutOfBuffers or OutOfMemory;

    /// <summary>For those who make sockets: the name whose text tells an operator what is wrong.</summary>
    public static SocketError ToSocketError(int error) => error switch
    {
        0 => SocketError.Success,
        AddressInUse => SocketError.AddressAlreadyInUse,
        AddressNotAvailable => SocketError.AddressNotAvailable,
        AccessDenied or NotPermitted => SocketError.AccessDenied,
        AddressFamilyNotSupported => SocketError.AddressFamilyNotSupported,
        TooManyFiles or TooManyFilesInSystem => SocketError.TooManyOpenSockets,
        InvalidArgument => SocketError.InvalidArgument,
        ConnectionRefused => SocketError.ConnectionRefused,
        ConnectionReset => SocketError.ConnectionReset,
        TimedOut => SocketError.TimedOut,
        NetworkUnreachable => SocketError.NetworkUnreachable,
        HostUnreachable => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
