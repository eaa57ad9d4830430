// Every bound of the broker in one place, with its unit and its reason. What an operator may move is in BrokerOptions,
// whose defaults are the values here; what is only here protects the process and is not an option.
// At each limit there is a policy (drop and count, refuse with a reason code, pause reading), never quiet growth.

namespace FastMqtt.Broker;

internal static class Limits
{
    /// <summary>
    /// Bytes. Mosquitto 2.1 has the same default; 256 MiB, the protocol's own limit, would be a gift to attackers.
    /// </summary>
    public const int MaximumPacketSize = 2_000_000;

    /// <summary>Bytes. With less there is no packet worth accepting.</summary>
    public const int MaximumPacketSizeMin = 16;

    /// <summary>Bytes. The protocol's own limit of a packet: 1 + 4 + 268,435,455.</summary>
    public const int ProtocolPacketSizeMax = 268_435_460;

    /// <summary>
    /// Bytes of a CONNECT: five fields of 64 KiB and properties. Strangers get no more memory than this.
    /// </summary>
    public const int ConnectPacketBytes = 400_000;

    /// <summary>Bytes of unfinished CONNECTs that a dispatcher keeps for all connections together.</summary>
    public const int StrangerBytes = 16 << 20;

    /// <summary>
    /// Levels of a topic name or topic filter. Mosquitto's limit; deep topics make matching slow for everybody.
    /// </summary>
    public const int TopicLevelsMax = 200;

    /// <summary>Subscriptions of one session: at 30 characters some 15 MB.</summary>
    public const int SubscriptionsPerSession = 100_000;

    /// <summary>Bytes of a session's filters, a level counted as <see cref="FilterLevelBytes"/>.</summary>
    public const int FilterBytesPerSession = 64 << 20;

    /// <summary>Bytes of a node of the filter tree. Without it 100,000 filters of 200 levels would be 2 GB.</summary>
    public const int FilterLevelBytes = 96;

    /// <summary>Sessions of a broker, connected or waiting: at 1 to 2 KB each, 2 GB.</summary>
    public const int Sessions = 1_000_000;

    /// <summary>Sessions an operator may allow: a subscription knows its place among a filter's by 25 bits.</summary>
    public const int SessionsMax = (1 << 25) - 2;

    /// <summary>
    /// Share names of one topic filter, all sessions together. A message goes to each of them, and they are searched
    /// one by one: 90,000 from one client stopped the broker for 56 seconds.
    /// </summary>
    public const int SharedGroupsPerFilter = 1_000;

    /// <summary>
    /// Unacknowledged QoS 1 and 2 messages sent to one client. Higher hides no latency on a link we know of.
    /// </summary>
    public const int MaximumInflight = 1_000;

    /// <summary>
    /// Unreleased QoS 2 messages accepted from one client: announced to 5.0 clients as Receive Maximum.
    /// </summary>
    public const int ReceiveMaximum = 1_000;

    /// <summary>
    /// Messages waiting in one session, connected or not. A fleet that is offline for a while loses nothing.
    /// </summary>
    public const int QueuedMessages = 100_000;

    /// <summary>Bytes of messages waiting in one session: large payloads reach this before the count.</summary>
    public const long QueuedBytes = 64L << 20;

    /// <summary>
    /// Bytes of messages waiting for sessions that outlive their connection, all sessions together, beyond which they
    /// wait on the disk alone.
    /// </summary>
    public const long QueueMemoryBytes = 64L << 20;

    /// <summary>
    /// Bytes of changes that wait for the disk at which who causes them is not read: what a slow disk may cost.
    /// </summary>
    public const long UncommittedBytes = 32L << 20;

    /// <summary>The same where acknowledgements do not wait: enough to keep the disk busy.</summary>
    public const long LaggingBytes = 4L << 20;

    /// <summary>
    /// Bytes of changes that nobody waits for with which a transaction begins: larger ones only keep more in memory.
    /// </summary>
    public const long BatchBytes = 1 << 20;

    /// <summary>
    /// Bytes of a dispatcher's log, which a start replays: some 600,000 small messages, under a second.
    /// </summary>
    public const long LogBytes = 64L << 20;

    /// <summary>Bytes of session states written with one transaction, some 2 ms.</summary>
    public const long StateBytesAtOnce = 2L << 20;

    /// <summary>Bytes of a queue that are written with the session's state; more becomes segments.</summary>
    public const long StateQueueBytes = 4 << 10;

    /// <summary>Bytes of a segment: what is read at once when a client drains its queue.</summary>
    public const int SegmentBytes = 64 << 10;

    /// <summary>Segments that were read again after which they are deleted from the store.</summary>
    public const int SpentSegments = 8;

    /// <summary>Milliseconds that the disk may fail before requests that need it are refused.</summary>
    public const int StoreGrace = 5_000;

    /// <summary>
    /// Milliseconds a QoS 1 message that was sent waits for its acknowledgement before it is written.
    /// </summary>
    public const int AcknowledgementGrace = 5;

    /// <summary>Queues of absent sessions that a tick packs into segments: some 0.1 ms each.</summary>
    public const int PackedInTick = 4;

    /// <summary>Milliseconds until changes are written that no acknowledgement waits for.</summary>
    public const int StoreLazyInterval = 200;

    /// <summary>
    /// Milliseconds that the store's writer computes at a stretch when others want its processor; the system's own
    /// few let a dispatcher wait for it as if they were the same.
    /// </summary>
    public const int WriterSlice = 20;

    /// <summary>Bytes of a buffer of the store, and messages of a batch, that are kept for the next one.</summary>
    public const int StoreBufferKept = 4 << 20;
    public const int JournalEntriesKept = 1 << 16;

    /// <summary>Bytes of room for held replies that a client keeps.</summary>
    public const int HeldBytesKept = 4 << 10;

    /// <summary>
    /// Milliseconds after a start in which clients whose connections ended with the broker may come back before their
    /// wills are published.
    /// </summary>
    public const int WillGrace = 10_000;

    /// <summary>Retained messages in the store: at some 300 bytes each, 300 MB.</summary>
    public const int RetainedMessages = 1_000_000;

    /// <summary>Bytes of topics, properties and payloads in the store of retained messages.</summary>
    public const long RetainedBytes = 1L << 30;

    /// <summary>Topic Aliases a client may use towards the broker; Mosquitto's default.</summary>
    public const ushort TopicAliasMaximum = 10;

    /// <summary>
    /// Topic Aliases the broker uses towards a client, whatever the client offers: each keeps a topic in memory.
    /// </summary>
    public const int OutgoingTopicAliases = 64;

    /// <summary>
    /// Bytes of a topic that a Topic Alias towards a client is spent on; a longer one is sent in full.
    /// </summary>
    public const int OutgoingAliasTopicBytes = 1_024;

    /// <summary>Milliseconds from accept to a complete CONNECT.</summary>
    public const int ConnectTimeout = 10_000;

    /// <summary>Milliseconds that a login waits at the most after others from its address have failed.</summary>
    public const int LoginDelay = 2_000;

    /// <summary>
    /// TLS handshakes under way at a time: 30 KB each once they have begun, so some 120 MB at the worst.
    /// </summary>
    public const int Handshakes = 4_096;

    /// <summary>Threads for handshakes; on a machine of two cores one. Each does some 1,000 a second.</summary>
    public const int HandshakeThreads = 2;

    /// <summary>Lines of one kind that strangers can put into the log, a second and dispatcher.</summary>
    public const int LogLinesPerSecond = 5;

    /// <summary>Milliseconds between two looks at the files of TLS listeners.</summary>
    public const int FileCheckInterval = 1_000;

    /// <summary>Milliseconds that a closing connection may take to read our last packet; see Client.Linger.</summary>
    public const int LingerTimeout = 1_000;

    /// <summary>Bytes thrown away while lingering; more means the peer is not going to read.</summary>
    public const int LingerBytes = 4 << 20;

    /// <summary>
    /// Bytes. A QoS 0 message for a connection with more than this unsent is dropped and counted. A burst of 1,000
    /// messages of 8 KiB is not a slow subscriber.
    /// </summary>
    public const int OutputBytesMax = 16 << 20;

    /// <summary>
    /// Bytes unsent at which QoS 1 and 2 and retained messages wait in the session instead of the output.
    /// </summary>
    public const int OutputBytesHigh = 256 << 10;

    /// <summary>
    /// Bytes of answers unsent at which a client's packets are not read: it does not read its acknowledgements.
    /// Deliveries do not count: a slow subscriber's PUBACKs and PINGREQs are what it gets on with.
    /// </summary>
    public const int ReadPauseBytes = 1 << 20;

    /// <summary>
    /// Bytes appended by a dispatcher before it flushes inside a tick: what is buffered must stay in the cache.
    /// </summary>
    public const int FlushBytes = 256 << 10;

    /// <summary>Bytes read at once that make a client a loud one: some 40 small messages.</summary>
    public const int LoudBytes = 4 << 10;

    /// <summary>
    /// Microseconds of a tick for loud clients, and as many for what other threads have posted; one of each is
    /// served at the least. Ticks themselves cost little: with 100 a flood is as fast as with 1,000.
    /// </summary>
    public const int TickSlice = 150;

    /// <summary>
    /// Receivers that a message is brought to in one tick, some 4 ms. For more it goes on a walk, see Walks.
    /// </summary>
    public const int ReceiversAtOnce = 512;

    /// <summary>
    /// Receivers that a walk serves before the ready sockets get their turn, some 130 us of sends. When more sockets
    /// than this were ready, as many as they: half of the time for each.
    /// </summary>
    public const int WalkSlice = 16;

    /// <summary>
    /// Payload bytes from which a fan-out to several receivers references the payload instead of copying it.
    /// </summary>
    public const int ReferencePayloadBytes = 1 << 10;

    /// <summary>
    /// Connections accepted in one tick: a storm of connects must not starve those that are connected.
    /// </summary>
    public const int AcceptBatch = 64;

    /// <summary>Ready connections taken from the poller in one tick.</summary>
    public const int EventBatch = 512;

    /// <summary>Bytes waiting in another dispatcher's inbox at which this one stops reading its publishers.</summary>
    public const long InboxBytes = 32L << 20;

    /// <summary>Bytes of free slabs that a dispatcher keeps for good: what a quiet broker uses now and then.</summary>
    public const long FreeBytesKept = 1 << 20;

    /// <summary>
    /// Milliseconds between two looks at what a pool keeps unused. Each gives back half: after a minute little is left
    /// of a flood, and one that comes in waves still finds its slabs.
    /// </summary>
    public const int TrimInterval = 5_000;

    /// <summary>Bytes given up by a pool that are worth a full collection: it stops the process for a moment.</summary>
    public const long CollectBytes = 16L << 20;

    /// <summary>Bytes of a heap up to which that collection compacts.</summary>
    public const long CompactBytes = 1L << 30;

    /// <summary>Connections come or gone after which the heap is compacted: they leave about 1 MB behind.</summary>
    public const int CompactChanges = 1_000;

    /// <summary>Milliseconds without more than a few changes that end such a wave, and how many a few are.</summary>
    public const int CompactQuiet = 200;
    public const int CompactQuietChanges = 64;

    /// <summary>
    /// Bytes of a heap, of some 50,000 connections, up to which a wave is followed by a compaction: it stops the
    /// process for a millisecond for each MB.
    /// </summary>
    public const long CompactQuicklyBytes = 32L << 20;

    /// <summary>
    /// Bytes of an attached stream that wait for its dispatcher before its edge is held up: what a socket's receive
    /// buffer is for others.
    /// </summary>
    public const int AttachedIncomingBytes = 64 << 10;

    /// <summary>
    /// Bytes of an attached stream that wait for its edge before the dispatcher keeps the rest, where it is counted.
    /// </summary>
    public const int AttachedOutgoingBytes = 64 << 10;

    /// <summary>Bytes of output that an attached stream's edge is handed at a time.</summary>
    public const int AttachedPieceBytes = 16 << 10;

    /// <summary>
    /// Sessions, subscriptions and empty slots that a listing looks at in one command of its dispatcher: some 100 us,
    /// the share of a tick that all commands have together.
    /// </summary>
    public const int InspectedInSlice = 256;

    /// <summary>Retained messages that are listed or cleared in one command: some 50 us.</summary>
    public const int RetainedInSlice = 64;

    /// <summary>Items of a page of a listing.</summary>
    public const int ListingPage = 100;

    /// <summary>Items of a page that may be asked for: they are in memory together.</summary>
    public const int ListingPageMax = 10_000;

    /// <summary>
    /// Bytes that in-process clients have published to a dispatcher and that wait for it; twice, since what it routes
    /// is apart. Whoever publishes more waits. Both halves fit into a second-level cache.
    /// </summary>
    public const int InProcessPublishBytes = 256 << 10;

    /// <summary>The same in messages.</summary>
    public const int InProcessPublishes = 4_096;

    /// <summary>Messages that a stream holds for its reader.</summary>
    public const int StreamMessages = 1_000;

    /// <summary>Bytes that a stream holds for its reader.</summary>
    public const long StreamBytes = 4L << 20;

    /// <summary>
    /// Milliseconds that an embedder's stream has, when its connection is over, to take what is left and then to end.
    /// </summary>
    public const int AttachedEndGrace = 2_000;

    /// <summary>Inbox items run in one tick: one from each other dispatcher at its limit of 64.</summary>
    public const int InboxBatch = 64;

    /// <summary>
    /// Free publications kept by a dispatcher, 120 bytes each: what 100 sessions have in memory that are given messages
    /// while their clients are away.
    /// </summary>
    public const int FreePublications = 65_536;

    /// <summary>
    /// Source addresses without a connection that a listener with a rate remembers, some 64 bytes each.
    /// </summary>
    public const int IdleAddresses = 16_384;

    /// <summary>Bytes of UTF-8 that an operator may put in front of the identifiers the broker makes.</summary>
    public const int AutoIdPrefixBytes = 128;

    /// <summary>Milliseconds between two lines of the log about connections that a limit closed.</summary>
    public const int TurnedAwayInterval = 10_000;

    /// <summary>
    /// Connections closed in one tick, some 1 ms: when 15,000 leave at once the others wait for no more than that.
    /// </summary>
    public const int CloseBatch = 128;

    /// <summary>Milliseconds to wait before accepting again after the process ran out of descriptors.</summary>
    public const int AcceptPause = 100;

    /// <summary>
    /// Microseconds a dispatcher may look again before it sleeps: about what a sleep and a wake-up cost.
    /// </summary>
    public const int SpinMicroseconds = 30;

    /// <summary>Dispatchers. A chain's mask of them is one 64-bit word.</summary>
    public const int DispatchersMax = 64;
}
