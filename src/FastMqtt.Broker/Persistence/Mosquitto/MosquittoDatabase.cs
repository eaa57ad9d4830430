// What a file mosquitto.db says, in the file's own terms: who imports it decides what becomes of it. Nothing is left
// out for being expired or unreferenced, and every list is in the order of the file.
//
// What is not in such a file, whatever the broker held: shared subscriptions (Mosquitto does not write them), wills,
// sessions of clients whose last CONNECT had Clean Start, even if they last, the Protocol Version of a client, and any
// mark of the file's end: a file cut between two chunks looks whole.

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal sealed class MosquittoDatabase(int formatVersion)
{
    /// <summary>5 (Mosquitto 1.6) or 6 (late 1.6, 2.0 and later).</summary>
    public int FormatVersion { get; } = formatVersion;

    /// <summary>Sessions. A client can be named elsewhere without being here: then it is to be ignored there.</summary>
    public List<MosquittoClient> Clients { get; } = [];

    /// <summary>Of all clients.</summary>
    public List<MosquittoSubscription> Subscriptions { get; } = [];

    /// <summary>
    /// Messages by their store identifier, which <see cref="ClientMessages"/> and <see cref="Retained"/> refer to.
    /// </summary>
    public Dictionary<ulong, MosquittoMessage> Messages { get; } = new(StoreIdComparer.Instance);

    /// <summary>
    /// What stands in the queues of all clients. For one client and direction, the order is that of delivery: what
    /// is in flight comes before what is queued. One that refers to no message is to be ignored (Mosquitto does).
    /// </summary>
    public List<MosquittoClientMessage> ClientMessages { get; } = [];

    /// <summary>
    /// Store identifiers of the retained messages; the topic is the message's. One that refers to no message is to
    /// be ignored. Not <see cref="MosquittoMessage.Retain"/> but this list says what is retained.
    /// </summary>
    public List<ulong> Retained { get; } = [];

    /// <summary>Chunks of a kind that is not known, which were skipped. Versions 5 and 6 have none.</summary>
    public int UnknownChunks { get; set; }

    /// <summary>Whether all of the file was read.</summary>
    public bool IsComplete => Damage is null;

    /// <summary>Where and why reading ended before the end of the file; null: it did not.</summary>
    public string? Damage { get; set; }
}
