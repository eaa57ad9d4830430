// The types of lines that an operator switches on and off (log_type). Which line is of which type is in LogTypeRules; a
// sink stores one as a character.
namespace FastMqtt.Logging;

[Flags]
internal enum LogTypes
{
    None = 0,
    Error = 1,
    Warning = 2,
    Notice = 4,
    Information = 8,
    Debug = 16,
    Subscribe = 32,
    Unsubscribe = 64,
    WebSockets = 128,
    All = 255,
}
