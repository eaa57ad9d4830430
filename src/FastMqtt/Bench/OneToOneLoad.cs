// What `bench 1x1` is asked to do. Seconds above zero replace the count.
namespace FastMqtt.Bench;

internal readonly record struct OneToOneLoad(int Count, int Window, int Seconds, int PayloadBytes);
