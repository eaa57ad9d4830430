// The data types a property's value can have; PropertyTypes says which property has which.
namespace FastMqtt.Protocol;

internal enum PropertyType : byte
{
    None,
    Byte,
    TwoByteInteger,
    FourByteInteger,
    VariableByteInteger,
    Text,
    Binary,
    TextPair,
}
