// CPU that a process has used up to one moment, read in two ways: see BrokerMeter.
namespace FastMqtt.Bench.Report;

internal readonly record struct CpuReading(double TickMicroseconds, double ScheduledMicroseconds);
