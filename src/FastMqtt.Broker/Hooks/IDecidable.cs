// What a hook may decide, as HookCalls sees it: whether the hooks after this one are still asked, and what a hook that
// throws has said. Implemented by the contexts of synchronous hooks and the requests of asynchronous ones.

namespace FastMqtt.Broker.Hooks;

internal interface IDecidable
{
    /// <summary>It was denied, or is settled otherwise: nobody else is asked.</summary>
    public bool IsDecided { get; }

    /// <summary>A hook has thrown: that is a no.</summary>
    public void Fail();
}
