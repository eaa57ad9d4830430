// Waits for something of a scripted broker: ticks until it is done. Continuations of the broker run on other threads.

using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

internal static class Pending
{
    public static T Of<T>(TestBroker broker, ValueTask<T> pending) => Of(broker, pending.AsTask());

    public static T Of<T>(TestBroker broker, Task<T> task)
    {
        Wait(broker, task);
        return task.GetAwaiter().GetResult();
    }

    public static void Of(TestBroker broker, ValueTask pending)
    {
        Task task = pending.AsTask();
        Wait(broker, task);
        task.GetAwaiter().GetResult();
    }

    /// <summary>What has completed already.</summary>
    public static T Now<T>(ValueTask<T> pending) => Now(pending.AsTask());

    public static T Now<T>(Task<T> task)
    {
        Assert.True(task.IsCompleted, "it waits still");
        return task.GetAwaiter().GetResult();
    }

    public static Task<InProcessSubscription> Subscribe(
        InProcessClient client, string filter, MessageHandler handler, SubscribeOptions? options = null) =>
        client.SubscribeAsync(filter, handler, options, TestContext.Current.CancellationToken).AsTask();

    /// <summary>What was thrown.</summary>
    public static T Throws<T>(TestBroker broker, Task task)
        where T : Exception
    {
        Wait(broker, task);
        return Assert.ThrowsAny<T>(() => task.GetAwaiter().GetResult());
    }

    private static void Wait(TestBroker broker, Task task) => broker.TickUntil(() => task.IsCompleted);
}
