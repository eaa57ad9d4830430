// Things that were used up on another thread, on their way back to the dispatcher that made them: without it, traffic
// in one direction between two dispatchers would fill the receiver's pools and have the sender allocate for ever.
//
// A stack of intrusive nodes. Writers (any thread): read the top, link to it, and exchange it by compare-and-swap; a
// failed exchange reads again. Reader (the owner): takes the whole stack with one exchange. Nobody ever pops a single
// node, so a top that was replaced and came back (ABA) does no harm: the link it is compared for is still the right
// one.

namespace FastMqtt.Broker.Dispatch;

internal interface IReturnable<T>
    where T : class
{
    /// <summary>The next one in a return stack; null outside.</summary>
    public T? NextReturned { get; set; }
}

internal sealed class ReturnStack<T>
    where T : class, IReturnable<T>
{
    private T? _top;

    public bool IsEmpty => Volatile.Read(ref _top) is null;

    public void Push(T item)
    {
        T? top = Volatile.Read(ref _top);
        while (true)
        {
            item.NextReturned = top;
            T? found = Interlocked.CompareExchange(ref _top, item, top);
            if (found == top)
            {
                return;
            }

            top = found;
        }
    }

    /// <summary>Owner only. The first of all that were pushed; the others by <see cref="IReturnable{T}"/>.</summary>
    public T? TakeAll() => Interlocked.Exchange(ref _top, null);
}
