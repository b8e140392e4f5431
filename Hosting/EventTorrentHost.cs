using EventTorrent.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting;

/// <summary>How every separate process begins and ends.</summary>
public static class EventTorrentHost
{
    /// <summary>The process could not start or go on.</summary>
    public const int Failed = 1;

    /// <summary>The configuration is wrong; starting again can't help.</summary>
    public const int WrongConfiguration = 2;

    /// <summary>Everything that a person configures goes before this.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        // What fails in the database is said once, by whoever asked it.
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Critical",
        // Whoever asks for the health has the answer.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:MassTransit"] = "Warning",
    };

    /// <summary>For programs that read the log: the infohash, step and lease of the work that a line is about, and when it was.</summary>
    private static readonly Dictionary<string, string?> JsonLogs = new()
    {
        ["Logging:Console:FormatterOptions:IncludeScopes"] = "true",
        ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "O",
    };

    /// <summary>
    /// A builder that reads its files once. To hear of their changes it would watch everything below the working directory,
    /// the pictures and the database too, and nothing here changes while it runs.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        if (builder.Configuration["Logging:Console:FormatterName"] == "json")
        {
            builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = JsonLogs });
        }

        return builder;
    }

    /// <summary>Runs the process to its end.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string[] args, HostDescription description)
    {
        var builder = CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        AddAlike(builder, description.Port);
        var (errors, sections) = Add(builder, description);
        if (args.Contains("--help") || args.Contains("-h"))
        {
            await WriteHelpAsync(builder.Environment.ApplicationName, description, sections);
            return 0;
        }

        return errors.Count > 0 ? await RefuseAsync(errors) : await RunAsync(builder, description);
    }

    private static async Task<int> RunAsync(WebApplicationBuilder builder, HostDescription description)
    {
        try
        {
            // Disposed after the services: what hangs in their end is ended too, before a supervisor would kill it.
            using var deadline = new Timer(_ => Environment.FailFast($"The process did not stop within {StopTimes.Process.TotalSeconds} s."));
            await using var app = builder.Build();
            // What the host itself would find wrong at its start, it would write with a stack trace.
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            app.Lifetime.ApplicationStopping.Register(() => deadline.Change(StopTimes.Process, Timeout.InfiniteTimeSpan));
            (description.Map ?? (routes => routes.MapHealth().MapMetrics()))(app);
            await app.RunAsync();
            return 0;
        }
        catch (OptionsValidationException wrong)
        {
            return await RefuseAsync(wrong.Failures);
        }
        catch (AggregateException several) when (several.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return await RefuseAsync(several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(wrong => wrong.Failures));
        }
        catch (IOException busy)
        {
            // Kestrel says here that the address is in use.
            await Console.Error.WriteLineAsync($"The process can't start: {busy.Message}");
            return Failed;
        }
    }

    private static void AddAlike(WebApplicationBuilder builder, int port)
    {
        if (!HostAddress.IsConfigured(builder.Configuration))
        {
            builder.WebHost.UseUrls(FormattableString.Invariant($"http://127.0.0.1:{port}"));
        }

        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
    }

    private static (IReadOnlyList<string> Errors, IReadOnlyList<OptionSection> Sections) Add(WebApplicationBuilder builder, HostDescription description)
    {
        try
        {
            description.Add(builder);
        }
        catch (InvalidOperationException wrong) when (wrong.InnerException is FormatException or ArgumentException)
        {
            // The choice of a transport or a provider is read while services are added.
            return ([wrong.Message], OptionSection.Find(builder.Services));
        }

        var sections = OptionSection.Find(builder.Services);
        return ([.. sections.SelectMany(section => section.FindErrors(builder.Configuration))], sections);
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync($"Configuration: {error}");
        }

        return WrongConfiguration;
    }

    private static async Task WriteHelpAsync(string name, HostDescription description, IReadOnlyList<OptionSection> sections)
    {
        await Console.Out.WriteLineAsync(
            $"""
            {name}: {description.Summary}

            Options are configuration keys: --Bus:Transport RabbitMq on the command line, Bus__Transport=RabbitMq in the environment,
            or appsettings.json in the working directory. docs/operations.md says what each is for.

            --Urls  where to listen, default http://127.0.0.1:{description.Port}
            """);
        foreach (var section in sections)
        {
            await Console.Out.WriteLineAsync($"\n{section.Name}");
            foreach (var line in section.Describe())
            {
                await Console.Out.WriteLineAsync($"  {line}");
            }
        }
    }
}
