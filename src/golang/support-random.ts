// The part of an exported program that draws random numbers: the same generator and the same arithmetic as
// src/base/prng.ts and src/base/distributions.ts, so that gosim and real Go draw the same numbers, bit for bit.

import { END_ABOVE, END_BELOW, MIDDLE_ABOVE, MIDDLE_BELOW, TAIL_ABOVE, TAIL_BELOW } from '../base/distributions.ts';

export const RANDOM_PARTS = {
  goroutine: {
    needs: [],
    imports: [],
    code: `
// goroutine is what a goroutine knows of itself.
type goroutine struct {
	name  string
	index int64
}

func (g *goroutine) child(name string, index int64) *goroutine {
	return &goroutine{name, index}
}
`,
  },

  stream: {
    needs: [],
    imports: [],
    code: `
// goroutine is what a goroutine knows of itself: its name, and the key and position of its own stream of random numbers.
// The key comes from that of the goroutine that started it and from how many that one had started before, so the numbers
// do not depend on the schedule, and are those the simulator draws.
type goroutine struct {
	name   string
	index  int64
	k0, k1 uint32
	drawn  uint32
	spawns uint32
}

func (g *goroutine) child(name string, index int64) *goroutine {
	n := g.spawns
	g.spawns++
	return &goroutine{name: name, index: index, k0: mix(mix(n^0x5bd1e995+g.k1) ^ g.k0), k1: mix(mix(n^0x2545f491+g.k0) ^ g.k1)}
}

func (g *goroutine) draw() uint32 {
	n := g.drawn
	g.drawn++
	return mix(mix(n+g.k0) ^ g.k1)
}

func mix(x uint32) uint32 {
	x ^= x >> 16
	x *= 0x7feb352d
	x ^= x >> 15
	x *= 0x846ca68b
	return x ^ x>>16
}
`,
  },

  choose: {
    needs: ['stream'],
    imports: [],
    code: `
// choose draws a number from 0 to below total.
func (g *goroutine) choose(total float64) float64 {
	return float64(g.draw()) * total / (1 << 32)
}
`,
  },

  unit: {
    needs: ['stream'],
    imports: ['math'],
    code: `
// unit draws a number between 0 and 1, which it never is. Conversions around products here and below keep the compiler
// from fusing them with a sum: the bits are the same on every machine.
func (g *goroutine) unit() float64 {
	a, b := g.draw(), g.draw()
	return (float64(float64(a>>6)*(1<<26)) + float64(b>>6) + 0.5) / (1 << 52)
}

// whole rounds a drawn duration; none is negative.
func whole(x float64) int64 {
	if x > 0 {
		return int64(math.Floor(x + 0.5))
	}
	return 0
}
`,
  },

  ln: {
    needs: [],
    imports: [],
    code: `
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

func ln(x float64) float64 {
	k := 0.0
	for ; x >= 1.4142135623730951; k++ {
		x *= 0.5
	}
	for ; x < 0.7071067811865476; k-- {
		x *= 2
	}
	t := (x - 1) / (x + 1)
	z := t * t
	sum := 1.0 / 23
	for n := 21.0; n >= 1; n -= 2 {
		sum = float64(sum*z) + 1/n
	}
	return float64(k*ln2High) + (float64(2*t*sum) + float64(k*ln2Low))
}
`,
  },

  polynomial: {
    needs: [],
    imports: [],
    code: `
// The coefficients are those of the highest power first.
func polynomial(x float64, coefficients ...float64) float64 {
	sum := 0.0
	for _, c := range coefficients {
		sum = float64(sum*x) + c
	}
	return sum
}
`,
  },

  exp: {
    needs: ['ln', 'polynomial'],
    imports: ['math'],
    code: `
func exp(x float64) float64 {
	k := math.Floor(x/0.6931471805599453 + 0.5)
	r := x - float64(k*ln2High) - float64(k*ln2Low)
	power := polynomial(r, 1.0/87178291200, 1.0/6227020800, 1.0/479001600, 1.0/39916800, 1.0/3628800, 1.0/362880,
		1.0/40320, 1.0/5040, 1.0/720, 1.0/120, 1.0/24, 1.0/6, 1.0/2, 1, 1)
	for i := 0.0; i < k; i++ {
		power *= 2
	}
	for i := 0.0; i > k; i-- {
		power *= 0.5
	}
	return power
}
`,
  },

  normalQuantile: {
    needs: ['ln', 'polynomial'],
    imports: ['math'],
    code: `
// normalQuantile is Wichura's algorithm AS 241.
func normalQuantile(p float64) float64 {
	q := p - 0.5
	if z := 0.180625 - float64(q*q); z >= 0 {
		return q * polynomial(z, ${MIDDLE_ABOVE.join(', ')}) /
			polynomial(z, ${MIDDLE_BELOW.join(', ')})
	}
	tail := p
	if q >= 0 {
		tail = 1 - p
	}
	r := math.Sqrt(-ln(tail))
	var x float64
	if r <= 5 {
		x = polynomial(r-1.6, ${TAIL_ABOVE.join(', ')}) /
			polynomial(r-1.6, ${TAIL_BELOW.join(', ')})
	} else {
		x = polynomial(r-5, ${END_ABOVE.join(', ')}) /
			polynomial(r-5, ${END_BELOW.join(', ')})
	}
	if q < 0 {
		return -x
	}
	return x
}
`,
  },

  exponential: {
    needs: ['unit', 'ln'],
    imports: [],
    code: `
func (g *goroutine) exponential(mean float64) int64 {
	return whole(-mean * ln(g.unit()))
}
`,
  },

  uniform: {
    needs: ['unit'],
    imports: [],
    code: `
func (g *goroutine) uniform(low, high float64) int64 {
	return whole(low + float64((high-low)*g.unit()))
}
`,
  },

  normal: {
    needs: ['unit', 'normalQuantile'],
    imports: [],
    code: `
func (g *goroutine) normal(mean, deviation float64) int64 {
	return whole(mean + float64(deviation*normalQuantile(g.unit())))
}
`,
  },

  lognormal: {
    needs: ['unit', 'exp', 'normalQuantile'],
    imports: [],
    code: `
func (g *goroutine) lognormal(median, p99 float64) int64 {
	u := g.unit()
	if median == 0 {
		return 0
	}
	return whole(median * exp(ln(p99/median)/2.3263478740408408*normalQuantile(u)))
}
`,
  },

  pareto: {
    needs: ['unit', 'exp'],
    imports: [],
    code: `
func (g *goroutine) pareto(least, alpha float64) int64 {
	return whole(least * exp(-ln(g.unit())/alpha))
}
`,
  },

  empirical: {
    needs: ['unit'],
    imports: [],
    code: `
// empirical draws one of some durations.
func (g *goroutine) empirical(durations []int64) int64 {
	return durations[int(g.unit()*float64(len(durations)))]
}
`,
  },

  list: {
    needs: [],
    imports: ['sync/atomic'],
    code: `
// list gives its durations in order, over and over, to whichever goroutine asks.
type list struct {
	durations []int64
	given     int64
}

func (l *list) next() int64 {
	n := atomic.AddInt64(&l.given, 1) - 1
	return l.durations[n%int64(len(l.durations))]
}
`,
  },
};
