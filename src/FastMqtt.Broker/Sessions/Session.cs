namespace FastMqtt.Broker.Sessions;

internal sealed class Session(int dispatcher)
{
    public int Dispatcher { get; } = dispatcher;

    public bool IsConnected { get; set; }
}
