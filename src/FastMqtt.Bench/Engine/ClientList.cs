// Clients that wait for their turn, each at most once: a flag in the client says whether it is in the list.
namespace FastMqtt.Bench.Engine;

internal sealed class ClientList
{
    private LoadClient[] _clients = new LoadClient[64];

    public int Count { get; private set; }

    public void Add(LoadClient client)
    {
        if (Count == _clients.Length)
        {
            Array.Resize(ref _clients, 2 * _clients.Length);
        }

        _clients[Count++] = client;
    }

    public LoadClient this[int index] => _clients[index];

    public void Clear() => Count = 0;
}
