// A synchronous hook that is told of something. Run by dispatchers, see BrokerHooks.

namespace FastMqtt.Broker.Hooks;

/// <summary>
/// Is told of something that has happened. Runs on a dispatcher: every client of it waits meanwhile, so it must not
/// block.
/// </summary>
/// <typeparam name="T">What has happened; valid only during the call.</typeparam>
public delegate void Notice<T>(in T notice)
    where T : struct, allows ref struct;
