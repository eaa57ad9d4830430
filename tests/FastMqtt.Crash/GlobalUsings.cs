// The words of the specification, everywhere.
global using FastMqtt.Protocol;
