// Waits for something of a scripted broker: ticks until it is done. Continuations of the broker run on other threads.

using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

internal static class Pending
{
    public static T Of<T>(TestBroker broker, ValueTask<T> pending)
    {
        Task<T> task = pending.AsTask();
        Wait(broker, task);
        return task.GetAwaiter().GetResult();
    }

    public static void Of(TestBroker broker, ValueTask pending)
    {
        Task task = pending.AsTask();
        Wait(broker, task);
        task.GetAwaiter().GetResult();
    }

    /// <summary>What was thrown.</summary>
    public static T Throws<T>(TestBroker broker, Task task)
        where T : Exception
    {
        Wait(broker, task);
        return Assert.ThrowsAny<T>(() => task.GetAwaiter().GetResult());
    }

    private static void Wait(TestBroker broker, Task task) => broker.TickUntil(() => task.IsCompleted);
}
