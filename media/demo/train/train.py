"""Fits a line on whatever device there is, and says which."""

import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
print(f"training on {device}")

x = torch.linspace(0, 1, 1024, device=device).unsqueeze(1)
y = 3 * x + 0.5
model = torch.nn.Linear(1, 1).to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(500):
    loss = torch.nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 100 == 0:
        print(f"step {step}: loss {loss.item():.5f}")
