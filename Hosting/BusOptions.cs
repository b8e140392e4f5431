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

    /// <summary>Time between two signs of life on a silent connection; one that misses two of them is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a publish outside a message handler may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
