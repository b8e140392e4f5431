using System.Globalization;

namespace EventTorrent.AllInOne.Shots;

/// <summary>Tells a person on standard error how it goes: a bar on a terminal, else nothing but the stages.</summary>
internal abstract class ShotsProgress
{
    public static ShotsProgress Create(bool json) =>
        !Console.IsErrorRedirected ? new Bar() : json ? new Silent() : new Lines();

    public abstract void Stage(string what);

    public abstract void Expect(int shots);

    public abstract void Taken(int shots);

    /// <summary>Leaves the line that is drawn over.</summary>
    public virtual void Finish()
    {
    }

    private sealed class Silent : ShotsProgress
    {
        public override void Stage(string what)
        {
        }

        public override void Expect(int shots)
        {
        }

        public override void Taken(int shots)
        {
        }
    }

    private sealed class Lines : ShotsProgress
    {
        public override void Stage(string what) => Console.Error.WriteLine(what);

        public override void Expect(int shots) => Console.Error.WriteLine($"Taking {shots} pictures");

        public override void Taken(int shots)
        {
        }
    }

    /// <summary>One line, drawn over again.</summary>
    private sealed class Bar : ShotsProgress
    {
        private const int Width = 30;
        private readonly Lock _lock = new();
        private string _stage = "";
        private int _expected;
        private int _taken;
        private bool _drawn;

        public override void Stage(string what) => Draw(() => _stage = what);

        public override void Expect(int shots) => Draw(() => (_expected, _stage) = (shots, "Taking pictures"));

        public override void Taken(int shots) => Draw(() => _taken = shots);

        public override void Finish()
        {
            lock (_lock)
            {
                if (_drawn)
                {
                    Console.Error.WriteLine();
                    _drawn = false;
                }
            }
        }

        private void Draw(Action change)
        {
            lock (_lock)
            {
                change();
                var done = _expected == 0 ? 0 : _taken * Width / _expected;
                var count = _expected == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {_taken}/{_expected}");
                Console.Error.Write($"\r[{new string('#', done)}{new string('.', Width - done)}] {_stage}{count}\u001b[K");
                _drawn = true;
            }
        }
    }
}
