// The poller of the product: one epoll instance and one eventfd. Connections are registered once, edge-triggered;
// nothing is modified per flush. All members belong to the dispatcher's thread, except Wake.
//
// Waking: any write to the eventfd is a new edge, so its counter is never read back (that would be a second call) and
// cannot run full in practice (2^64). The gate only orders Wake against Dispose: without it a late wake-up could write
// into whatever has got the same descriptor by then.

using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Threading;

namespace FastMqtt.Transport.Linux;

[SupportedOSPlatform("linux")]
internal sealed unsafe class EpollPoller : IPoller
{
    // Events taken per wait. More than are ready in a tick of a busy dispatcher; 4 KiB.
    private const int EventsMax = 256;

    // sockaddr_un, the longest address a peer can have.
    private const int SocketAddressBytesMax = 110;

    // The token that a connection or a listener must not have.
    private const ulong WakeToken = ulong.MaxValue;

    private const int Closed = -1;

    private readonly Lock _wakeGate = new();
    private readonly byte[] _pinnedEvents = GC.AllocateArray<byte>(EventsMax * EpollEvents.BytesMax, pinned: true);
    private readonly byte* _events;
    private int _epoll;
    private int _wakeHandle;

    public EpollPoller()
    {
        _events = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_pinnedEvents, 0);
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        if (_epoll < 0)
        {
            throw new Win32Exception();
        }

        _wakeHandle = Libc.EventFd(0, Libc.CloseOnExec | Libc.NonBlock);
        if (_wakeHandle < 0 || !TryControl(_wakeHandle, Libc.EpollIn | Libc.EpollEdge, WakeToken))
        {
            Win32Exception error = new();
            Dispose();
            throw error;
        }
    }

    public int Wait(Span<PollEvent> events, int timeoutMilliseconds)
    {
        int countMax = Math.Min(events.Length, EventsMax);
        return Take(events, Libc.EpollWait(_epoll, _events, countMax, timeoutMilliseconds));
    }

    /// <summary>The same to the nanosecond: for a load generator whose schedule is finer than milliseconds.</summary>
    public int WaitNanoseconds(Span<PollEvent> events, long timeoutNanoseconds)
    {
        Duration timeout = new(timeoutNanoseconds);
        int countMax = Math.Min(events.Length, EventsMax);
        return Take(events, Libc.EpollWait(_epoll, _events, countMax, &timeout, null));
    }

    public void Wake()
    {
        lock (_wakeGate)
        {
            if (_wakeHandle >= 0)
            {
                ulong one = 1;
                Libc.Write(_wakeHandle, &one, sizeof(ulong));
            }
        }
    }

    public bool TryAdd(int handle, ulong token)
    {
        const uint Mask = Libc.EpollIn | Libc.EpollOut | Libc.EpollPeerClosed | Libc.EpollEdge;
        return TryControl(handle, Mask, token);
    }

    public bool TryAddListener(int handle, ulong token) =>
        TryControl(handle, Libc.EpollIn | Libc.EpollExclusive, token);

    public void Remove(int handle)
    {
        byte* unused = stackalloc byte[EpollEvents.BytesMax];
        Libc.EpollControl(_epoll, Libc.EpollDelete, handle, unused);
    }

    public IoStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        byte* address = stackalloc byte[SocketAddressBytesMax];
        while (true)
        {
            int length = SocketAddressBytesMax;
            handle = Libc.Accept(listener, address, &length, Libc.NonBlock | Libc.CloseOnExec);
            if (handle >= 0)
            {
                peer = PeerAddress.FromSocketAddress(new ReadOnlySpan<byte>(address, length));
                return IoStatus.Done;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == ErrorNumber.Interrupted || ErrorNumber.IsOfLostConnection(error))
            {
                continue;
            }

            peer = default;
            return ErrorNumber.IsExhaustion(error) ? IoStatus.Exhausted
                : error == ErrorNumber.WouldBlock ? IoStatus.WouldBlock
                : IoStatus.Failed;
        }
    }

    public IoStatus Receive(int handle, Span<byte> buffer, out int count) => Receive(handle, buffer, 0, out count);

    public IoStatus Peek(int handle, Span<byte> buffer, out int count) =>
        Receive(handle, buffer, Libc.Peek, out count);

    private static IoStatus Receive(int handle, Span<byte> buffer, int flags, out int count)
    {
        fixed (byte* first = buffer)
        {
            nint received;
            do
            {
                received = Libc.Receive(handle, first, (nuint)buffer.Length, flags);
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == ErrorNumber.Interrupted);

            count = (int)Math.Max(received, 0);
            return received > 0 ? IoStatus.Done : received == 0 ? IoStatus.Closed : StatusOfError();
        }
    }

    public IoStatus Send(int handle, ReadOnlySpan<byte> buffer, out int count)
    {
        fixed (byte* first = buffer)
        {
            nint sent;
            do
            {
                sent = Libc.Send(handle, first, (nuint)buffer.Length, Libc.NoSignal);
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == ErrorNumber.Interrupted);

            count = (int)Math.Max(sent, 0);
            return sent >= 0 ? IoStatus.Done : StatusOfError();
        }
    }

    public IoStatus Send(int handle, ReadOnlySpan<IoVector> vectors, out int count)
    {
        fixed (IoVector* first = vectors)
        {
            MessageHeader message = new() { Vectors = first, VectorCount = (nuint)vectors.Length };
            nint sent;
            do
            {
                sent = Libc.SendMessage(handle, &message, Libc.NoSignal);
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == ErrorNumber.Interrupted);

            count = (int)Math.Max(sent, 0);
            return sent >= 0 ? IoStatus.Done : StatusOfError();
        }
    }

    public IByteStream MoveTo(IPoller poller) => poller;

    public void ShutdownSend(int handle) => _ = Libc.Shutdown(handle, Libc.ShutdownWrite);

    public void ShutdownReceive(int handle) => _ = Libc.Shutdown(handle, Libc.ShutdownRead);

    // Never repeated when interrupted: Linux has freed the descriptor all the same, and it may be somebody else's.
    public void Close(int handle) => _ = Libc.Close(handle);

    /// <summary>Connections still registered stay open: their owner closes them.</summary>
    public void Dispose()
    {
        lock (_wakeGate)
        {
            if (_wakeHandle >= 0)
            {
                _ = Libc.Close(_wakeHandle);
                _wakeHandle = Closed;
            }
        }

        if (_epoll >= 0)
        {
            _ = Libc.Close(_epoll);
            _epoll = Closed;
        }
    }

    private static IoStatus StatusOfError() =>
        Marshal.GetLastPInvokeError() == ErrorNumber.WouldBlock ? IoStatus.WouldBlock : IoStatus.Failed;

    private int Take(Span<PollEvent> events, int ready)
    {
        if (ready < 0 && Marshal.GetLastPInvokeError() != ErrorNumber.Interrupted)
        {
            throw new Win32Exception(); // the descriptor is gone: to go on would be a loop that serves nobody
        }

        // A signal counts as an early return: the caller looks at its clock and waits again.
        int count = 0;
        for (int i = 0; i < ready; i++)
        {
            PollEvent pollEvent = EpollEvents.Read(_events + (i * EpollEvents.Stride));
            if (pollEvent.Token != WakeToken)
            {
                events[count++] = pollEvent;
            }
        }

        return count;
    }

    private bool TryControl(int handle, uint mask, ulong token)
    {
        byte* epollEvent = stackalloc byte[EpollEvents.BytesMax];
        EpollEvents.Write(epollEvent, mask, token);
        return Libc.EpollControl(_epoll, Libc.EpollAdd, handle, epollEvent) == 0;
    }
}
