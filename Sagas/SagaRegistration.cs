using EventTorrent.Hosting.Telemetry;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Sagas.Webhooks;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas;

public static class SagaRegistration
{
    /// <summary>Adds the rules, the options and the Dispatcher; the endpoints are in <see cref="SagaBus"/>.</summary>
    public static IServiceCollection AddSagas(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SagaOptions>()
            .Bind(configuration.GetSection(SagaOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<RetentionOptions>()
            .Bind(configuration.GetSection(RetentionOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new TaskRules(
            provider.GetRequiredService<IOptions<SagaOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddInstruments<SagaMetrics>();
        services.AddHostedService<TaskCensus>();
        services.AddSingleton<StreamExpiry>();
        services.AddSingleton<DispatcherSignal>();
        services.AddSingleton<HeldTasks>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<TaskAnnouncer>();
        services.AddHostedService(provider => provider.GetRequiredService<TaskAnnouncer>());
        services.AddWebhookOptions(configuration);
        services.AddSingleton<WebhookOutbox>();
        services.AddSingleton<WebhookClient>();
        services.AddHostedService<WebhookSender>();
        services.AddHostedService<Dispatcher>();
        services.AddHostedService<Reaper>();
        return services;
    }
}
