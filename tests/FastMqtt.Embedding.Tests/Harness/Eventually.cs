// Waits for what happens on other threads and is announced to nobody. Ends after the patience of a client.

namespace FastMqtt.Embedding.Tests.Harness;

internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static Task HoldsAsync(Func<bool> condition)
    {
        return LoopAsync().WaitAsync(InteropClient.Patience, TestContext.Current.CancellationToken);

        async Task LoopAsync()
        {
            while (!condition())
            {
                await Task.Delay(Interval, TestContext.Current.CancellationToken);
            }
        }
    }
}
