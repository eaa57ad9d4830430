// What `fastmqtt passwd` is asked to do.
namespace FastMqtt.Commands;

internal enum PasswdAction
{
    Set,
    Create,
    Print,
    Delete,
    HashPlain,
}
