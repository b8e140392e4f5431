using System.CommandLine;
using System.Globalization;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTorrent.AllInOne.Keys;

/// <summary>Keys of the door, by whoever can read its database; the service may run meanwhile.</summary>
internal static class KeysCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "What you call it, such as living-room or my-bot." };
    private static readonly Argument<string> Id = new("id") { Description = "As list shows it." };
    private static readonly Option<string> Role = new("--role")
    {
        Description = $"{string.Join(", ", AccessRoles.Names)}: see and watch; also submit and steer; also delete, and manage keys.",
        Required = true,
    };

    public static Command Create()
    {
        Role.AcceptOnlyFromAmong([.. AccessRoles.Names]);
        var command = new Command("keys", "List, make and revoke the keys of the door. Options are configuration keys, such as --Storage:DataDirectory data.")
        {
            Verb(new Command("list", "List the keys, the newest first."), ListAsync),
            Verb(new Command("create", "Make a key. Its text is printed once, on standard output.") { Name, Role }, CreateAsync),
            Verb(new Command("revoke", "Revoke a key, and end the sessions that were begun with it.") { Id }, RevokeAsync),
        };
        return command;
    }

    private static Command Verb(Command command, Func<AccessStore, ParseResult, CancellationToken, Task<int>> run)
    {
        // The rest is configuration, as for the service.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.UnmatchedTokens is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal))
            {
                return await CommandLine.RefuseAsync(first);
            }

            try
            {
                await using var services = BuildServices([.. parsed.UnmatchedTokens]);
                await using var scope = services.CreateAsyncScope();
                await StorageRegistration.MigrateAsync(scope.ServiceProvider, cancellationToken);
                return await run(scope.ServiceProvider.GetRequiredService<AccessStore>(), parsed, cancellationToken);
            }
            catch (OptionsValidationException wrong)
            {
                await Console.Error.WriteLineAsync($"Configuration: {string.Join(" ", wrong.Failures)}");
                return CommandLine.Usage;
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                await Console.Error.WriteLineAsync($"The database can't be used: {failure.Message}");
                return 1;
            }
        });
        return command;
    }

    private static ServiceProvider BuildServices(string[] args)
    {
        var builder = EventTorrentHost.CreateBuilder(args);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddTorrentStorage(builder.Configuration);
        services.TryAddSingleton(TimeProvider.System);
        return services.BuildServiceProvider();
    }

    private static async Task<int> ListAsync(AccessStore store, ParseResult parsed, CancellationToken cancellationToken)
    {
        var keys = await store.ListAsync(cancellationToken);
        await Console.Out.WriteLineAsync($"{"id",-12}  {"role",-9}  {"made",-16}  {"last used",-16}  {"revoked",-16}  name");
        foreach (var key in keys)
        {
            await Console.Out.WriteLineAsync(
                $"{key.Id,-12}  {key.Role.ToText(),-9}  {Text(key.CreatedAt),-16}  {Text(key.LastUsedAt),-16}  {Text(key.RevokedAt),-16}  {key.Name}");
        }

        return await WarnAsync(keys);
    }

    private static async Task<int> CreateAsync(AccessStore store, ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(Name);
        if (!AccessStore.IsName(name) || !AccessRoles.TryParse(parsed.GetRequiredValue(Role), out var role))
        {
            await Console.Error.WriteLineAsync($"A name has 1 to {AccessStore.MaxNameLength} characters in one line.");
            return CommandLine.Usage;
        }

        if (await store.CreateAsync(name, role, cancellationToken) is not var (key, secret))
        {
            await Console.Error.WriteLineAsync($"There are {AccessStore.MaxKeys} keys: revoke some.");
            return 1;
        }

        await Console.Error.WriteLineAsync($"Key {key.Id} of the role {role.ToText()}. Keep its text, it is not shown again; a service that runs knows it within seconds:");
        await Console.Out.WriteLineAsync(secret.Reveal());
        return await WarnAsync(await store.ListAsync(cancellationToken));
    }

    private static async Task<int> RevokeAsync(AccessStore store, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!await store.RevokeAsync(parsed.GetRequiredValue(Id), cancellationToken))
        {
            await Console.Error.WriteLineAsync("There is no such key.");
            return 1;
        }

        await Console.Error.WriteLineAsync("Revoked; a service that runs refuses it within seconds.");
        return await WarnAsync(await store.ListAsync(cancellationToken));
    }

    private static async Task<int> WarnAsync(List<AccessKey> keys)
    {
        var good = keys.Where(key => key.RevokedAt is null).ToList();
        if (good.Count == 0)
        {
            await Console.Error.WriteLineAsync("There is no key: the door is open on loopback addresses, and refuses to listen on others.");
        }
        else if (good.TrueForAll(key => key.Role != AccessRole.Admin))
        {
            await Console.Error.WriteLineAsync("There is no key of the role admin: keys can be made and revoked here only.");
        }

        return 0;
    }

    private static string Text(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";
}
