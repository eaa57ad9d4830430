// Work that blocks, such as looking up names and reading files, on a thread that ends with it: neither the caller nor
// the thread pool, which others need, waits for it.

namespace FastMqtt.Broker.Dispatch;

internal static class OwnThread
{
    public static Task<T> RunAsync<T>(string name, Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(work, done, cancellationToken)) { IsBackground = true, Name = name }.Start();
        return done.Task;
    }

    private static void Run<T>(Func<T> work, TaskCompletionSource<T> done, CancellationToken cancellationToken)
    {
#pragma warning disable CA1031 // The last frame of the thread: whoever waits for the result gets the exception.
        try
        {
            done.SetResult(work());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            done.SetCanceled(cancellationToken);
        }
        catch (Exception exception)
        {
            done.SetException(exception);
        }
#pragma warning restore CA1031
    }
}
