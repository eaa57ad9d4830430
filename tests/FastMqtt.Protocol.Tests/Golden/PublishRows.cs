// Golden rows. PUBLISH that is legal.
// Numbers are never reused. Read by GoldenTable only.
using static FastMqtt.Protocol.ProtocolVersion;

namespace FastMqtt.Protocol.Tests.Golden;

internal static class PublishRows
{
    public static readonly GoldenRow[] All =
    [
        new(3000, "QoS 0, retain 0", "[MQTT-2.2.1-2] [MQTT3-2.3.1-5]", Mqtt31,
            "30070003612F626869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=6869"),
        new(3001, "QoS 0, retain 1", "[MQTT-2.2.1-2] [MQTT3-2.3.1-5]", Mqtt31,
            "31070003612F626869",
            "PUBLISH dup=0 qos=0 retain=1 topic=\"a/b\" payload=6869"),
        new(3002, "QoS 1, retain 0", "3.3.1", Mqtt31,
            "32090003612F62000A6869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=10 payload=6869"),
        new(3003, "QoS 1, retain 1", "3.3.1", Mqtt31,
            "33090003612F62000A6869",
            "PUBLISH dup=0 qos=1 retain=1 topic=\"a/b\" id=10 payload=6869"),
        new(3004, "QoS 2, retain 0", "3.3.1", Mqtt31,
            "34090003612F62000A6869",
            "PUBLISH dup=0 qos=2 retain=0 topic=\"a/b\" id=10 payload=6869"),
        new(3005, "QoS 2, retain 1", "3.3.1", Mqtt31,
            "35090003612F62000A6869",
            "PUBLISH dup=0 qos=2 retain=1 topic=\"a/b\" id=10 payload=6869"),
        new(3006, "DUP with QoS 1", "3.3.1.1", Mqtt31,
            "3A090003612F62FFFF6869",
            "PUBLISH dup=1 qos=1 retain=0 topic=\"a/b\" id=65535 payload=6869"),
        new(3007, "DUP with QoS 2", "3.3.1.1", Mqtt31,
            "3D090003612F6201006869",
            "PUBLISH dup=1 qos=2 retain=1 topic=\"a/b\" id=256 payload=6869"),
        new(3008, "empty payload", "3.3.3", Mqtt31,
            "30050003612F62",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload="),
        new(3009, "payload of any bytes", "3.3.3", Mqtt31,
            "30090003612F6200FF2B23",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=00FF2B23"),
        new(3010, "topic of one slash", "[MQTT-4.7.3-1]", Mqtt31,
            "300500012F6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"/\" payload=6869"),
        new(3011, "topic with spaces and empty levels", "4.7.3", Mqtt31,
            "300B000720612F2F62202F6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\" a//b /\" payload=6869"),
        new(3012, "topic outside ASCII", "[MQTT-3.3.2-1]", Mqtt31,
            "3012000EC3BC2FE697A5E69CAC2FF09D849E6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\u00fc/\u65e5\u672c/\ud834\udd1e\" payload=6869"),
        new(3013, "topic with a byte order mark", "[MQTT-1.5.4-3] [MQTT3-1.5.3-3]", Mqtt31,
            "30080004EFBBBF616869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\ufeffa\" payload=6869"),
        new(3014, "topic with U+FFFF and control characters", "1.5.4", Mqtt31,
            "30090005EFBFBF017F6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\uffff\u0001\u007F\" payload=6869"),
        new(3015, "body of 200 bytes", "2.1.4", Mqtt31,
            "30CD010003612F62000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252627" +
            "28292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F5051525354555657" +
            "58595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F8081828384858687" +
            "88898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7" +
            "B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=000102030405060708090A0B0C0D0E0F1011121314151" +
            "61718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F4041424344454" +
            "64748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F7071727374757" +
            "67778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A" +
            "6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7"),
        new(3016, "QoS 0, retain 0", "[MQTT-2.2.1-2] [MQTT3-2.3.1-5]", Mqtt311,
            "30070003612F626869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=6869"),
        new(3017, "QoS 0, retain 1", "[MQTT-2.2.1-2] [MQTT3-2.3.1-5]", Mqtt311,
            "31070003612F626869",
            "PUBLISH dup=0 qos=0 retain=1 topic=\"a/b\" payload=6869"),
        new(3018, "QoS 1, retain 0", "3.3.1", Mqtt311,
            "32090003612F62000A6869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=10 payload=6869"),
        new(3019, "QoS 1, retain 1", "3.3.1", Mqtt311,
            "33090003612F62000A6869",
            "PUBLISH dup=0 qos=1 retain=1 topic=\"a/b\" id=10 payload=6869"),
        new(3020, "QoS 2, retain 0", "3.3.1", Mqtt311,
            "34090003612F62000A6869",
            "PUBLISH dup=0 qos=2 retain=0 topic=\"a/b\" id=10 payload=6869"),
        new(3021, "QoS 2, retain 1", "3.3.1", Mqtt311,
            "35090003612F62000A6869",
            "PUBLISH dup=0 qos=2 retain=1 topic=\"a/b\" id=10 payload=6869"),
        new(3022, "DUP with QoS 1", "3.3.1.1", Mqtt311,
            "3A090003612F62FFFF6869",
            "PUBLISH dup=1 qos=1 retain=0 topic=\"a/b\" id=65535 payload=6869"),
        new(3023, "DUP with QoS 2", "3.3.1.1", Mqtt311,
            "3D090003612F6201006869",
            "PUBLISH dup=1 qos=2 retain=1 topic=\"a/b\" id=256 payload=6869"),
        new(3024, "empty payload", "3.3.3", Mqtt311,
            "30050003612F62",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload="),
        new(3025, "payload of any bytes", "3.3.3", Mqtt311,
            "30090003612F6200FF2B23",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=00FF2B23"),
        new(3026, "topic of one slash", "[MQTT-4.7.3-1]", Mqtt311,
            "300500012F6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"/\" payload=6869"),
        new(3027, "topic with spaces and empty levels", "4.7.3", Mqtt311,
            "300B000720612F2F62202F6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\" a//b /\" payload=6869"),
        new(3028, "topic outside ASCII", "[MQTT-3.3.2-1]", Mqtt311,
            "3012000EC3BC2FE697A5E69CAC2FF09D849E6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\u00fc/\u65e5\u672c/\ud834\udd1e\" payload=6869"),
        new(3029, "topic with a byte order mark", "[MQTT-1.5.4-3] [MQTT3-1.5.3-3]", Mqtt311,
            "30080004EFBBBF616869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\ufeffa\" payload=6869"),
        new(3030, "topic with U+FFFF and control characters", "1.5.4", Mqtt311,
            "30090005EFBFBF017F6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\uffff\u0001\u007F\" payload=6869"),
        new(3031, "body of 200 bytes", "2.1.4", Mqtt311,
            "30CD010003612F62000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252627" +
            "28292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F5051525354555657" +
            "58595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F8081828384858687" +
            "88898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7" +
            "B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=000102030405060708090A0B0C0D0E0F1011121314151" +
            "61718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F4041424344454" +
            "64748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F7071727374757" +
            "67778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A" +
            "6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7"),
        new(3032, "QoS 0, retain 0", "[MQTT-2.2.1-2] [MQTT3-2.3.1-5]", Mqtt5,
            "30080003612F62006869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=6869"),
        new(3033, "QoS 0, retain 1", "[MQTT-2.2.1-2] [MQTT3-2.3.1-5]", Mqtt5,
            "31080003612F62006869",
            "PUBLISH dup=0 qos=0 retain=1 topic=\"a/b\" payload=6869"),
        new(3034, "QoS 1, retain 0", "3.3.1", Mqtt5,
            "320A0003612F62000A006869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=10 payload=6869"),
        new(3035, "QoS 1, retain 1", "3.3.1", Mqtt5,
            "330A0003612F62000A006869",
            "PUBLISH dup=0 qos=1 retain=1 topic=\"a/b\" id=10 payload=6869"),
        new(3036, "QoS 2, retain 0", "3.3.1", Mqtt5,
            "340A0003612F62000A006869",
            "PUBLISH dup=0 qos=2 retain=0 topic=\"a/b\" id=10 payload=6869"),
        new(3037, "QoS 2, retain 1", "3.3.1", Mqtt5,
            "350A0003612F62000A006869",
            "PUBLISH dup=0 qos=2 retain=1 topic=\"a/b\" id=10 payload=6869"),
        new(3038, "DUP with QoS 1", "3.3.1.1", Mqtt5,
            "3A0A0003612F62FFFF006869",
            "PUBLISH dup=1 qos=1 retain=0 topic=\"a/b\" id=65535 payload=6869"),
        new(3039, "DUP with QoS 2", "3.3.1.1", Mqtt5,
            "3D0A0003612F620100006869",
            "PUBLISH dup=1 qos=2 retain=1 topic=\"a/b\" id=256 payload=6869"),
        new(3040, "empty payload", "3.3.3", Mqtt5,
            "30060003612F6200",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload="),
        new(3041, "payload of any bytes", "3.3.3", Mqtt5,
            "300A0003612F620000FF2B23",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=00FF2B23"),
        new(3042, "topic of one slash", "[MQTT-4.7.3-1]", Mqtt5,
            "300600012F006869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"/\" payload=6869"),
        new(3043, "topic with spaces and empty levels", "4.7.3", Mqtt5,
            "300C000720612F2F62202F006869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\" a//b /\" payload=6869"),
        new(3044, "topic outside ASCII", "[MQTT-3.3.2-1]", Mqtt5,
            "3013000EC3BC2FE697A5E69CAC2FF09D849E006869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\u00fc/\u65e5\u672c/\ud834\udd1e\" payload=6869"),
        new(3045, "topic with a byte order mark", "[MQTT-1.5.4-3] [MQTT3-1.5.3-3]", Mqtt5,
            "30090004EFBBBF61006869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\ufeffa\" payload=6869"),
        new(3046, "topic with U+FFFF and control characters", "1.5.4", Mqtt5,
            "300A0005EFBFBF017F006869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\uffff\u0001\u007F\" payload=6869"),
        new(3047, "body of 200 bytes", "2.1.4", Mqtt5,
            "30CE010003612F6200000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20212223242526" +
            "2728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F50515253545556" +
            "5758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F80818283848586" +
            "8788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6" +
            "B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" payload=000102030405060708090A0B0C0D0E0F1011121314151" +
            "61718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F4041424344454" +
            "64748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F7071727374757" +
            "67778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A" +
            "6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7"),
        new(3048, "DUP with QoS 0 is no error in 3.1", "3.3", Mqtt31,
            "38070003612F626869",
            "PUBLISH dup=1 qos=0 retain=0 topic=\"a/b\" payload=6869"),
        new(3049, "property PayloadFormatIndicator", "3.3.2.3", Mqtt5,
            "320C0003612F6200010201016869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=1 props=[PayloadFormatIndicator=1] payload=6869"),
        new(3050, "property MessageExpiryInterval", "3.3.2.3", Mqtt5,
            "320F0003612F6200010502000003E86869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=1 props=[MessageExpiryInterval=1000] payload=6869"),
        new(3051, "property TopicAlias", "3.3.2.3", Mqtt5,
            "320D0003612F620001032300076869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=1 props=[TopicAlias=7] payload=6869"),
        new(3052, "property ResponseTopic", "3.3.2.3", Mqtt5,
            "32100003612F62000106080003782F796869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=1 props=[ResponseTopic=\"x/y\"] payload=6869"),
        new(3053, "property CorrelationData", "3.3.2.3", Mqtt5,
            "320F0003612F6200010509000201026869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=1 props=[CorrelationData=0102] payload=6869"),
        new(3054, "property UserProperty", "3.3.2.3", Mqtt5,
            "32110003612F620001072600016B0001766869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=1 props=[UserProperty=\"k\":\"v\"] payload=6869"),
        new(3055, "property SubscriptionIdentifier", "3.3.2.3", Mqtt5,
            "320D0003612F620001030BC8016869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=1 props=[SubscriptionIdentifier=200] payload=6869"),
        new(3056, "property ContentType", "3.3.2.3", Mqtt5,
            "32100003612F62000106030003782F796869",
            "PUBLISH dup=0 qos=1 retain=0 topic=\"a/b\" id=1 props=[ContentType=\"x/y\"] payload=6869"),
        new(3057, "all properties", "3.3.2.3", Mqtt5,
            "34360003612F6200012C010102000003E8230007080003782F7909000201022600016B0001760BC801030003782F7926" +
            "00016B0001766869",
            "PUBLISH dup=0 qos=2 retain=0 topic=\"a/b\" id=1 props=[PayloadFormatIndicator=1 MessageExpiryInt" +
            "erval=1000 TopicAlias=7 ResponseTopic=\"x/y\" CorrelationData=0102 UserProperty=\"k\":\"v\" Subs" +
            "criptionIdentifier=200 ContentType=\"x/y\" UserProperty=\"k\":\"v\"] payload=6869"),
        new(3058, "several Subscription Identifiers", "3.3.2.3.8", Mqtt5,
            "30140003612F620C0B010B7F0B80010BFFFFFF7F6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" props=[SubscriptionIdentifier=1 SubscriptionIdentifie" +
            "r=127 SubscriptionIdentifier=128 SubscriptionIdentifier=268435455] payload=6869"),
        new(3059, "empty topic with Topic Alias", "3.3.2.1", Mqtt5,
            "300800000323FFFF6869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"\" props=[TopicAlias=65535] payload=6869"),
        new(3060, "zero Message Expiry Interval, empty texts", "3.3.2.3", Mqtt5,
            "30150003612F620D020000000003000009000001006869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" props=[MessageExpiryInterval=0 ContentType=\"\" Corre" +
            "lationData= PayloadFormatIndicator=0] payload=6869"),
        new(3061, "property length of two bytes", "2.2.2.1", Mqtt5,
            "30A2010003612F629901090096000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122" +
            "232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152" +
            "535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F808182" +
            "838485868788898A8B8C8D8E8F9091929394956869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" props=[CorrelationData=000102030405060708090A0B0C0D0E" +
            "0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E" +
            "3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E" +
            "6F707172737475767778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495] payload=6869"),
        new(3062, "Response Topic outside ASCII", "[MQTT-3.3.2-13]", Mqtt5,
            "300F0003612F6207080004722FC3A96869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" props=[ResponseTopic=\"r/\u00e9\"] payload=6869"),
        new(3063, "Content Type outside ASCII", "[MQTT-3.3.2-19]", Mqtt5,
            "30120003612F620A030007746578742FC3B86869",
            "PUBLISH dup=0 qos=0 retain=0 topic=\"a/b\" props=[ContentType=\"text/\u00f8\"] payload=6869"),
    ];
}
