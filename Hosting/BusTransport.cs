namespace EventTorrent.Hosting;

public enum BusTransport
{
    InMemory,
    RabbitMq,
}
