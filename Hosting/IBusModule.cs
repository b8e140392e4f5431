using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>What one part of the system consumes. A process is made of one or more modules.</summary>
public interface IBusModule
{
    /// <summary>Names the consumers and sagas.</summary>
    void Register(IBusRegistrationConfigurator bus);

    /// <summary>Declares the endpoints, by <see cref="BusEndpoints"/> only.</summary>
    void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus);
}
