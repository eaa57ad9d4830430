// A file of format version 6, as Mosquitto 2.0.11 wrote it on a 64-bit little-endian machine when told to by SIGUSR1
// (queue_qos0_messages true, listener on port 28917). What its clients had done before:
//
//   five     5.0, Session Expiry Interval 1000000, Receive Maximum 3; subscribes to jobs/# (QoS 2, No Local, Retain As
//            Published, Subscription Identifier 300), $share/team/work/+ (QoS 1), room/# (QoS 1); acknowledges nothing
//            but jobs/3, by PUBREC; leaves.
//   forever  5.0, Session Expiry Interval 0xFFFFFFFF; subscribes to café (QoS 1); leaves.
//   plain    3.1.1, user ann; subscribes to room/+/temp (QoS 1), /lead/# (QoS 2), $SYS/none (QoS 0); leaves.
//   clean    3.1.1, Clean Session; subscribes to gone/#.
//   writer   5.0, user wim; publishes kept/props (retained, QoS 1, with properties), kept/plain (retained, QoS 0),
//            kept/gone (retained, then deleted), jobs/1 (QoS 1, with properties), jobs/2 (QoS 2), jobs/3 (retained,
//            QoS 2), jobs/4 (QoS 1), jobs/5 (QoS 2, no payload, expires), room/1/temp (QoS 2), room/2/temp (QoS 0).
//   half     3.1.1, user hal; publishes half/way with QoS 2 and leaves before PUBREL.

namespace FastMqtt.Broker.Tests.Persistence.Mosquitto;

internal static class GoldenFile
{
    private const string Base64 = """
        ALUAbW9zcXVpdHRvIGRiAAAAAAAAAAYAAAABAAAAEEAAAAAAAAAAAAgAAAAAAAAAAAACAAAAOEAAAAAAAAAAAAAAAAAAAAAAAAAJAE0ABAAD
        AAhw9QIAaGFsZmhhbGhhbGYvd2F5aW4gZmxpZ2h0AAAAAgAAADY/AAAAAAAAAAAAAAAAAAAAAAAAAgAAAAYAAwALcPUAAHdyaXRlcndpbXJv
        b20vMi90ZW1wMjEAAAACAAAANj4AAAAAAAAAAAAAAAAAAAAAAAACAAkABgADAAtw9QIAd3JpdGVyd2ltcm9vbS8xL3RlbXAyMAAAAAIAAAAv
        PQAAAAAAAAAGahZrAAAAAAAAAAAACAAGAAMABnD1AgB3cml0ZXJ3aW1qb2JzLzUAAAACAAAAMzwAAAAAAAAAAAAAAAAAAAAAAAAEAAcABgAD
        AAZw9QEAd3JpdGVyd2ltam9icy80Zm91cgAAAAIAAAA8OwAAAAAAAAAAAAAAAAAAAAAAAAUABgAGAAMABnD1AgF3cml0ZXJ3aW1qb2JzLzN0
        aHJlZQcmAAFuAAEzAAAAAgAAADI6AAAAAAAAAAAAAAAAAAAAAAAAAwAFAAYAAwAGcPUCAHdyaXRlcndpbWpvYnMvMnR3bwAAAAIAAABlOQAA
        AAAAAABm4xRrAAAAAAAAAAMABAAGAAMABnD1AQB3cml0ZXJ3aW1qb2JzLzFvbmUyAQEDAAp0ZXh0L3BsYWluCAAKcmVwbHkvaGVyZQkAAwAB
        /yYAAWsAAnYxJgABawACdjIAAAACAAAANTYAAAAAAAAAAAAAAAAAAAAAAAACAAAABgADAApw9QABd3JpdGVyd2lta2VwdC9wbGFpbgD/AAAA
        AgAAAGo1AAAAAAAAAGbjFGsAAAAAAAAABAABAAYAAwAKcPUBAXdyaXRlcndpbWtlcHQvcHJvcHNrZXB0MgEBAwAKdGV4dC9wbGFpbggACnJl
        cGx5L2hlcmUJAAMAAf8mAAFrAAJ2MSYAAWsAAnYyAAAABgAAAByGhBxrAAAAAAAPQkAABgAEcPUAAAAAAABmaXZlAAAAAwAAABg5AAAAAAAA
        AAABAAQBAwEBZml2ZQMLrAIAAAADAAAAGDoAAAAAAAAAAAIABAIFAQFmaXZlAwusAgAAAAMAAAAYOwAAAAAAAAAAAwAEAgkRAWZpdmUDC6wC
        AAAAAwAAABg8AAAAAAAAAAAEAAQBCwABZml2ZQMLrAIAAAADAAAAGD0AAAAAAAAAAAUABAILAAFmaXZlAwusAgAAAAMAAAAUPgAAAAAAAAAA
        BgAEAQsAAWZpdmUAAAAGAAAAHwAAAAAAAAAA/////wAAAAdw9QAAAAAAAGZvcmV2ZXIAAAAGAAAAIAAAAAAAAAAA/////wABAAVw9QADAAAA
        AHBsYWluYW5uAAAAAwAAABU+AAAAAAAAAAABAAUBCwABcGxhaW4AAAADAAAAFT8AAAAAAAAAAAAABQALAAFwbGFpbgAAAAYAAAAfAAAAAAAA
        AAD/////AAAABHD1AAMAAAAAaGFsZmhhbAAAAAMAAAAUQAAAAAAAAAAATQAEAgcAAGhhbGYAAAAFAAAAFgAAASwABAAGAgwAAGZpdmVqb2Jz
        LyMAAAAFAAAAFgAAAAAABAAGAQAAAGZpdmVyb29tLyMAAAAFAAAAHAAAAAAABQALAQAAAHBsYWlucm9vbS8rL3RlbXAAAAAFAAAAGAAAAAAA
        BwAFAQAAAGZvcmV2ZXJjYWbDqQAAAAUAAAAYAAAAAAAFAAcCAAAAcGxhaW4vbGVhZC8jAAAABQAAABoAAAAAAAUACQAAAABwbGFpbiRTWVMv
        bm9uZQAAAAQAAAAINQAAAAAAAAAAAAAEAAAACDYAAAAAAAAAAAAABAAAAAg7AAAAAAAAAA==
        """;

    public static byte[] Bytes => Convert.FromBase64String(Base64);
}
