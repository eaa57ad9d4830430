// A synchronous hook that decides or changes something. Run by dispatchers, see BrokerHooks.

namespace FastMqtt.Broker.Hooks;

/// <summary>
/// Looks at something that is about to happen and may decide it or change it. Runs on a dispatcher: every client of it
/// waits meanwhile, so it must not block.
/// </summary>
/// <typeparam name="T">What is about to happen; valid only during the call.</typeparam>
public delegate void Hook<T>(ref T context)
    where T : struct, allows ref struct;
