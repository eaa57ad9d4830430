// Waits for what happens on other threads and is announced to nobody. Ends after the patience of a client.

namespace FastMqtt.Embedding.Tests.Harness;

internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>The task, which must end while a client would be patient.</summary>
    public static Task InTimeAsync(this Task task) =>
        task.WaitAsync(InteropClient.Patience, TestContext.Current.CancellationToken);

    /// <inheritdoc cref="InTimeAsync(Task)"/>
    public static Task<T> InTimeAsync<T>(this Task<T> task) =>
        task.WaitAsync(InteropClient.Patience, TestContext.Current.CancellationToken);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static Task HoldsAsync(Func<bool> condition)
    {
        return LoopAsync().InTimeAsync();

        async Task LoopAsync()
        {
            while (!condition())
            {
                await Task.Delay(Interval, TestContext.Current.CancellationToken);
            }
        }
    }
}
