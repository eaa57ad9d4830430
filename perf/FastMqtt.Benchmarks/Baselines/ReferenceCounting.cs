// The references of a QoS 1 message to one subscriber: its own, one for the window, and both dropped. Every step
// locked, which is how it was counted, against none while there is one holder. Only the counts; a publication is more.

using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;

namespace FastMqtt.Benchmarks.Baselines;

[MemoryDiagnoser]
public class ReferenceCounting
{
    private int _references;

    [Benchmark(Baseline = true)]
    public int Locked()
    {
        Volatile.Write(ref _references, 1);
        AddLocked();
        return DropLocked() + DropLocked();
    }

    /// <summary>As Publication counts.</summary>
    [Benchmark]
    public int OneHolder()
    {
        Volatile.Write(ref _references, 1);
        Add();
        return Drop() + Drop();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddLocked() => Interlocked.Increment(ref _references);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int DropLocked() => Interlocked.Decrement(ref _references);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Add()
    {
        if (Volatile.Read(ref _references) == 1)
        {
            _references = 2;
        }
        else
        {
            Interlocked.Increment(ref _references);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Drop()
    {
        if (Volatile.Read(ref _references) == 1)
        {
            _references = 0;
            return 0;
        }

        return Interlocked.Decrement(ref _references);
    }
}
