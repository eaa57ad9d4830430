// An asynchronous hook. Run on the thread pool by HookTask and WillHookTask, never by a dispatcher; see BrokerHooks.

namespace FastMqtt.Broker.Hooks;

/// <summary>
/// Decides or changes something that waits for it: the input of the client waits, in order, and nobody else does.
/// </summary>
/// <typeparam name="T">What is about to happen.</typeparam>
/// <param name="request">A copy that the hook may keep; what it changes after its task has ended has no effect.</param>
/// <param name="cancellationToken">
/// The connection was lost or closed: the answer does not matter any more. A client that only stops sending is waited
/// for, because what it has sent counts.
/// </param>
public delegate ValueTask AsyncHook<T>(T request, CancellationToken cancellationToken)
    where T : class;
