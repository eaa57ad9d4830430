// What a look at the front of the input found.
// Returned by FrameDecoder and VariableByteInteger; never stored.
namespace FastMqtt.Protocol;

public enum FrameResult : byte
{
    Complete,
    Incomplete,
    Malformed,
}
