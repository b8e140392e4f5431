using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Hosting;

/// <summary>How messages travel. Section <c>Bus</c>.</summary>
public sealed class BusOptions
{
    public const string Section = "Bus";

    /// <summary>InMemory for one process that holds everything, RabbitMq for several.</summary>
    public BusTransport Transport { get; set; } = BusTransport.InMemory;

    /// <summary>amqp or amqps address of RabbitMQ, with the virtual host as its path.</summary>
    [Required]
    public Uri Address { get; set; } = new("amqp://localhost:5672/");

    /// <summary>How long a publish outside a message handler may take.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
